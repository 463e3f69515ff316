#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"
#include "lint/loader.h"

namespace lint {

/// Reads and judges files, and lets go of each as soon as it is judged: what is in memory are the
/// verdicts, and the files that wait for a schema, a bounded number at a time.
///
/// A file from a folder is read a second time where a CRD that comes after it changes what its
/// kinds are; one that was named by itself may be a pipe, and its text is kept.
///
/// Returns the documents of each of `names`, the same for any number of threads. Teaches `loader`
/// their kinds. Errors: of Files and of Loader.
base::Result<std::vector<std::vector<Document>>> judge_files(const Options& options,
                                                             const Files& files,
                                                             const std::vector<std::string>& names,
                                                             Loader& loader);

}  // namespace lint
