#include "drydock/cli.h"

int main(int argc, char** argv) { return drydock::main(argc, argv); }
