#include "vllmsim/cli.h"

int main(int argc, char** argv) { return vllmsim::main(argc, argv); }
