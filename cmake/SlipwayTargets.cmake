include(GoogleTest)
find_package(GTest REQUIRED)

# slipway_library(NAME [DEPS library...] [EXTERNAL library...])
# The folder's *.cc make the library slipway_NAME; its *_test.cc make NAME_test beside it.
# A library's DEPS are other folders of src/; EXTERNAL are targets of third-party libraries.
function(slipway_library name)
  cmake_parse_arguments(arg "" "" "DEPS;EXTERNAL;TEST_DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  list(REMOVE_ITEM sources ${tests} "")
  list(TRANSFORM arg_DEPS PREPEND slipway_)
  list(TRANSFORM arg_TEST_DEPS PREPEND slipway_)
  if(NOT sources)  # Headers alone.
    add_library(slipway_${name} INTERFACE)
    target_include_directories(slipway_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(slipway_${name} INTERFACE ${arg_DEPS} ${arg_EXTERNAL} Threads::Threads)
    return()
  endif()
  add_library(slipway_${name} STATIC ${sources})
  target_include_directories(slipway_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(slipway_${name} PUBLIC ${arg_DEPS} ${arg_EXTERNAL} Threads::Threads)
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE slipway_${name} ${arg_TEST_DEPS} GTest::gmock
                                               GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE SLIPWAY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES LABELS unit TIMEOUT 300)
  endif()
endfunction()

# slipway_app(NAME DEPS library...): apps/NAME/main.cc as build/bin/NAME.
function(slipway_app name)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  list(TRANSFORM arg_DEPS PREPEND slipway_)
  add_executable(app_${name} main.cc)
  set_target_properties(app_${name} PROPERTIES OUTPUT_NAME ${name}
                        RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  target_link_libraries(app_${name} PRIVATE ${arg_DEPS})
  add_dependencies(programs app_${name})
endfunction()
