#include "drydock/gpu_tools.h"

#include <cstdio>

namespace drydock {
namespace {

/// Bus ids of a p5.48xlarge: one GPU on each of eight PCIe switches.
std::string bus_id(int index) {
  char text[32];
  std::snprintf(text, sizeof text, "00000000:%02X:00.0", 0x53 + index * 0x11);
  return text;
}

std::string uuid(const Scenario::Gpu& gpu, int index) {
  // The same on every run, different for every node: a hash of the node's name (FNV-1a).
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : gpu.node + std::to_string(index)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  char text[64];
  std::snprintf(text, sizeof text, "GPU-%08x-%04x-4%03x-a%03x-%012llx",
                static_cast<unsigned>(hash >> 32), static_cast<unsigned>(hash >> 16) & 0xffff,
                static_cast<unsigned>(hash) & 0xfff, static_cast<unsigned>(hash >> 8) & 0xfff,
                static_cast<unsigned long long>(hash & 0xffffffffffffULL));
  return text;
}

/// One line a GPU, fields separated by '|', in the order of the script's `names`.
std::string rows(const Scenario::Gpu& gpu) {
  std::string text;
  for (int i = 0; i < gpu.count; ++i) {
    text += std::to_string(i) + "|" + gpu.product + "|" + uuid(gpu, i) + "|" + bus_id(i) + "|" +
            gpu.driver + "|" + std::to_string(gpu.memory_mib) + " MiB|0 MiB|" +
            std::to_string(gpu.memory_mib) + " MiB|0 %|0 %|" + std::to_string(28 + i % 4) + "|" +
            std::to_string(68 + i % 5) + ".40 W|700.00 W|P0|Disabled|Enabled|" +
            std::to_string(gpu.count) + "|9.0|0\n";
  }
  return text;
}

/// `columns` wide, cut or filled up.
std::string padded(std::string text, std::size_t columns) {
  text.resize(columns, ' ');
  return text;
}

std::string table(const Scenario::Gpu& gpu) {
  const std::string rule =
      "+" + std::string(41, '-') + "+" + std::string(24, '-') + "+" + std::string(22, '-') + "+\n";
  std::string text = "+" + std::string(89, '-') + "+\n";
  text += "| NVIDIA-SMI " + padded(gpu.driver, 23) + "Driver Version: " + padded(gpu.driver, 15) +
          "CUDA Version: " + padded(gpu.cuda, 9) + "|\n" + rule;
  text +=
      "| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC "
      "|\n| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute "
      "M. |\n|                                         |                        |               "
      "MIG M. |\n";
  text += rule;
  for (int i = 0; i < gpu.count; ++i) {
    const std::string memory = "0MiB / " + std::to_string(gpu.memory_mib) + "MiB";
    text += "|   " + std::to_string(i) + "  " + padded(gpu.product, 26) + "     On  |   " +
            bus_id(i) + " Off |                    0 |\n";
    text += "| N/A   " + std::to_string(28 + i % 4) + "C    P0             " +
            std::to_string(68 + i % 5) + "W /  700W |   " +
            std::string(memory.size() < 20 ? 20 - memory.size() : 0, ' ') + memory +
            " |      0%      Default |\n";
    text +=
        "|                                         |                        |             "
        "Disabled |\n" +
        rule;
  }
  return text;
}

constexpr const char* kScript = R"SH(
names='index name uuid pci.bus_id driver_version memory.total memory.used memory.free utilization.gpu utilization.memory temperature.gpu power.draw power.limit pstate mig.mode.current persistence_mode count compute_cap ecc.errors.uncorrected.volatile.total'
query= format=csv
for argument in "$@"; do
  case $argument in
    --query-gpu=*) query=${argument#--query-gpu=} ;;
    --format=*) format=${argument#--format=} ;;
    -L|--list-gpus) printf '%s' "$rows" | awk -F'|' '{print "GPU " $1 ": " $2 " (UUID: " $3 ")"}'; exit 0 ;;
    *) printf 'Invalid combination of input arguments. Please run '\''nvidia-smi -h'\'' for help.\n'; exit 2 ;;
  esac
done
if [ -z "$query" ]; then
  printf '%s' "$table"
  exit 0
fi
printf '%s' "$rows" | awk -F'|' -v names="$names" -v query="$query" -v format="$format" '
  BEGIN {
    count = split(names, list, " "); for (i = 1; i <= count; i++) column[list[i]] = i
    column["gpu_name"] = column["name"]; column["gpu_uuid"] = column["uuid"]
    column["gpu_bus_id"] = column["pci.bus_id"]
    fields = split(query, wanted, ",")
    for (i = 1; i <= fields; i++) {
      gsub(/^ +| +$/, "", wanted[i])
      if (!(wanted[i] in column)) {
        print "Field \"" wanted[i] "\" is not a valid field to query.\n"; failed = 1; exit 2
      }
    }
    if (format !~ /noheader/) {
      line = ""
      for (i = 1; i <= fields; i++) {
        unit = ""
        if (wanted[i] ~ /^memory/) unit = " [MiB]"
        if (wanted[i] ~ /^utilization/) unit = " [%]"
        if (wanted[i] ~ /^power/) unit = " [W]"
        line = line (i > 1 ? ", " : "") wanted[i] unit
      }
      print line
    }
  }
  {
    line = ""
    for (i = 1; i <= fields; i++) {
      value = $(column[wanted[i]])
      if (format ~ /nounits/) sub(/ (MiB|%|W)$/, "", value)
      line = line (i > 1 ? ", " : "") value
    }
    print line
  }
  END { if (failed) exit 2 }'
)SH";

}  // namespace

std::string nvidia_smi_script(const Scenario::Gpu& gpu) {
  return "#!/bin/sh\n# Written by drydock from the scenario's GPUs: no GPU is here.\nrows='" +
         rows(gpu) + "'\ntable='" + table(gpu) + "'\n" + kScript;
}

}  // namespace drydock
