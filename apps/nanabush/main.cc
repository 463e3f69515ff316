#include "gateway/cli.h"

int main(int argc, char** argv) { return gateway::main(argc, argv); }
