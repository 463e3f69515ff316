#include "gateway/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <set>

#include "grpc/reflection/v1/reflection.pb.h"

namespace gateway {
namespace {

namespace v1 = grpc::reflection::v1;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

/// The file and everything that it imports, each once.
void add_with_imports(const FileDescriptor* file, std::set<const FileDescriptor*>& seen,
                      v1::FileDescriptorResponse& response) {
  if (!seen.insert(file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  file->CopyJsonNameTo(&proto);  // As protoc-gen-go's descriptors have them: grpcurl shows those.
  response.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) {
    add_with_imports(file->dependency(i), seen, response);
  }
}

void answer_file(const FileDescriptor* file, v1::ServerReflectionResponse& response) {
  if (file == nullptr) {
    response.mutable_error_response()->set_error_code(static_cast<int>(base::ErrorCode::not_found));
    response.mutable_error_response()->set_error_message("no such file or symbol");
    return;
  }
  std::set<const FileDescriptor*> seen;
  add_with_imports(file, seen, *response.mutable_file_descriptor_response());
}

v1::ServerReflectionResponse answer(const v1::ServerReflectionRequest& request,
                                    const std::vector<std::string>& services) {
  const DescriptorPool* pool = DescriptorPool::generated_pool();
  v1::ServerReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case v1::ServerReflectionRequest::kFileByFilename:
      answer_file(pool->FindFileByName(request.file_by_filename()), response);
      break;
    case v1::ServerReflectionRequest::kFileContainingSymbol:
      answer_file(pool->FindFileContainingSymbol(request.file_containing_symbol()), response);
      break;
    case v1::ServerReflectionRequest::kListServices:
      for (const std::string& name : services) {
        response.mutable_list_services_response()->add_service()->set_name(name);
      }
      break;
    case v1::ServerReflectionRequest::kFileContainingExtension:
    case v1::ServerReflectionRequest::kAllExtensionNumbersOfType:
    case v1::ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      response.mutable_error_response()->set_error_code(
          static_cast<int>(base::ErrorCode::unimplemented));
      response.mutable_error_response()->set_error_message("proto3 has no extensions");
      break;
  }
  return response;
}

class ReflectionCall final : public GrpcListener {
 public:
  ReflectionCall(std::shared_ptr<const std::vector<std::string>> services,
                 std::shared_ptr<GrpcCall> call)
      : services_(std::move(services)), call_(std::move(call)) {}
  void on_message(std::string bytes) override {
    v1::ServerReflectionRequest request;
    if (!request.ParseFromString(bytes)) {
      return call_->finish(base::ErrorCode::invalid_argument,
                           "the message is no ServerReflectionRequest");
    }
    call_->send(answer(request, *services_).SerializeAsString());
  }
  void on_end() override { call_->finish(base::ErrorCode::ok, ""); }
  void on_cancelled() override {}

 private:
  std::shared_ptr<const std::vector<std::string>> services_;  // Shared by the calls.
  std::shared_ptr<GrpcCall> call_;
};

}  // namespace

void serve_reflection(GrpcHandler& handler, std::vector<std::string> services) {
  const auto shared = std::make_shared<const std::vector<std::string>>(std::move(services));
  for (const char* version : {"v1", "v1alpha"}) {
    handler.add(
        std::string("/grpc.reflection.") + version + ".ServerReflection/ServerReflectionInfo",
        [shared](const GrpcRequest&, std::shared_ptr<GrpcCall> call) {
          return std::make_unique<ReflectionCall>(shared, std::move(call));
        });
  }
}

}  // namespace gateway
