#include "kube/kubeconfig.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/strings.h"
#include "doc/yaml.h"

namespace kube {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

/// `path` as seen from the folder of `file`.
std::string resolve(const std::string& path, const std::string& file) {
  if (path.empty() || path.front() == '/') return path;
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

/// What stands in `<key>-data` as base64, or in the file that `<key>` names; "" for neither.
Result<std::string> data_or_file(const doc::Value& value, const std::string& key,
                                 const std::string& file, const FileReader& read) {
  const std::string_view data = value.string_at(key + "-data");
  if (!data.empty()) {
    std::optional<std::string> bytes = base::from_base64(base::trim(data));
    if (!bytes) {
      return Error{ErrorCode::invalid_argument, file + ": " + key + "-data is no base64"};
    }
    return std::move(*bytes);
  }
  const std::string path(value.string_at(key));
  if (path.empty()) return std::string();
  return TRY_WITHIN(read(resolve(path, file)), file + ": " + key);
}

bool flag(const doc::Value& value, std::string_view key) {
  const doc::Value* found = value.find(key);
  return found != nullptr && found->is_bool() && found->as_bool();
}

Result<void> read_cluster(const doc::Value& cluster, const std::string& name,
                          const std::string& file, const FileReader& read, ClusterAccess& access) {
  access.server = cluster.string_at("server");
  while (access.server.ends_with('/')) access.server.pop_back();
  if (!access.server.starts_with("https://") && !access.server.starts_with("http://")) {
    return Error{ErrorCode::invalid_argument,
                 file + ": cluster '" + name + "': server '" + access.server + "' is no URL",
                 "write it like https://api.example.com:6443"};
  }
  access.insecure = flag(cluster, "insecure-skip-tls-verify");
  access.tls_server_name = cluster.string_at("tls-server-name");
  access.proxy_url = cluster.string_at("proxy-url");
  access.ca_pem = TRY(data_or_file(cluster, "certificate-authority", file, read));
  return {};
}

Result<void> read_user(const doc::Value& user, const std::string& name, const std::string& file,
                       const FileReader& read, ClusterAccess& access) {
  access.token = user.string_at("token");
  if (const std::string path(user.string_at("tokenFile")); !path.empty()) {
    access.token_file = resolve(path, file);
    // As in client-go, the file wins over the token that stands beside it.
    access.token = base::trim(TRY_WITHIN(read(access.token_file), file + ": tokenFile"));
  }
  access.username = user.string_at("username");
  access.password = user.string_at("password");
  access.client_certificate_pem = TRY(data_or_file(user, "client-certificate", file, read));
  access.client_key_pem = TRY(data_or_file(user, "client-key", file, read));
  if (access.client_certificate_pem.empty() != access.client_key_pem.empty()) {
    return Error{ErrorCode::invalid_argument,
                 file + ": user '" + name + "' has only one of client-certificate and client-key",
                 "give both"};
  }
  const bool has_credentials =
      !access.token.empty() || !access.username.empty() || !access.client_certificate_pem.empty();
  for (const std::string_view plugin : {"exec", "auth-provider"}) {
    if (has_credentials || user.find(plugin) == nullptr) continue;
    return Error{ErrorCode::unimplemented,
                 file + ": user '" + name + "' gets its credentials from a program ('" +
                     std::string(plugin) + "'), which slipway does not run",
                 "log in with 'oc login', or use a service account: kubectl create token NAME"};
  }
  return {};
}

}  // namespace

std::vector<std::string> Kubeconfig::paths(std::string_view kubeconfig_variable,
                                           std::string_view home) {
  std::vector<std::string> paths;
  for (const std::string_view path : base::split(kubeconfig_variable, ':')) {
    if (!path.empty()) paths.emplace_back(path);
  }
  if (paths.empty() && !home.empty()) paths.push_back(std::string(home) + "/.kube/config");
  return paths;
}

Result<Kubeconfig> Kubeconfig::load(const std::vector<std::string>& paths, const FileReader& read) {
  Kubeconfig config;
  bool any = false;
  for (const std::string& path : paths) {
    const Result<std::string> text = read(path);
    if (!text) {
      if (text.error().code == ErrorCode::not_found) continue;
      return Error(text.error()).within("kubeconfig");
    }
    any = true;
    const std::vector<doc::Value> documents = TRY(doc::parse_yaml_stream(*text, path));
    if (documents.empty()) continue;  // kubectl leaves an empty file where there was a config.
    TRY(config.merge(documents.size() == 1 ? documents[0] : TRY(doc::parse_yaml(*text, path)),
                     path));
  }
  if (!any) {
    return Error{ErrorCode::not_found,
                 paths.empty() ? "no kubeconfig: neither KUBECONFIG nor HOME is set"
                               : "no kubeconfig at " + base::join(paths, ", "),
                 "log in to the cluster first ('oc login'), or name one with --kubeconfig"};
  }
  return config;
}

Result<void> Kubeconfig::merge(const doc::Value& document, const std::string& file) {
  if (document.is_null()) return {};
  if (!document.is_map()) {
    return Error{ErrorCode::invalid_argument, file + " is no kubeconfig: it holds a " +
                                                  std::string(doc::kind_name(document.kind())) +
                                                  ", not a map"};
  }
  if (const std::string_view kind = document.string_at("kind"); !kind.empty() && kind != "Config") {
    return Error{ErrorCode::invalid_argument,
                 file + " is no kubeconfig: its kind is '" + std::string(kind) + "', not 'Config'"};
  }
  if (current_context_.empty()) current_context_ = document.string_at("current-context");
  struct Section {
    std::string_view list, item;
    std::vector<Named>* into;
  };
  for (const Section& section :
       {Section{"contexts", "context", &contexts_}, Section{"clusters", "cluster", &clusters_},
        Section{"users", "user", &users_}}) {
    const doc::Value* list = document.find(section.list);
    if (list == nullptr || !list->is_list()) continue;
    for (const doc::Value& entry : list->items()) {
      const std::string name(entry.string_at("name"));
      const doc::Value* value = entry.find(section.item);
      if (name.empty() || find(*section.into, name) != nullptr) continue;
      section.into->push_back({name, value == nullptr ? doc::Value() : *value, file});
    }
  }
  return {};
}

const Kubeconfig::Named* Kubeconfig::find(const std::vector<Named>& list,
                                          std::string_view name) const {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
  return found == list.end() ? nullptr : &*found;
}

std::vector<std::string> Kubeconfig::context_names() const {
  std::vector<std::string> names;
  for (const Named& context : contexts_) names.push_back(context.name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<ClusterAccess> Kubeconfig::access(std::string_view context, const FileReader& read) const {
  const std::string wanted = context.empty() ? current_context_ : std::string(context);
  const std::vector<std::string> names = context_names();
  if (wanted.empty()) {
    return Error{ErrorCode::invalid_argument, "the kubeconfig has no current context",
                 names.empty() ? "it has no contexts at all"
                               : "name one with --context: " + base::join(names, ", ")};
  }
  const Named* chosen = find(contexts_, wanted);
  if (chosen == nullptr) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view near = base::nearest(wanted, views);
    Error error{ErrorCode::not_found, "unknown context '" + wanted + "'"};
    if (!near.empty()) {
      error.hint = "did you mean '" + std::string(near) + "'?";
    } else if (!names.empty()) {
      error.hint = "known contexts: " + base::join(names, ", ");
    } else {
      error.hint = "the kubeconfig has no contexts";
    }
    return error;
  }
  ClusterAccess access;
  access.context = wanted;
  access.namespace_name = chosen->value.string_at("namespace");
  if (access.namespace_name.empty()) access.namespace_name = "default";

  const std::string cluster_name(chosen->value.string_at("cluster"));
  const Named* cluster = find(clusters_, cluster_name);
  if (cluster == nullptr) {
    return Error{ErrorCode::invalid_argument, chosen->file + ": context '" + wanted +
                                                  "' names cluster '" + cluster_name +
                                                  "', which is not there"};
  }
  TRY(read_cluster(cluster->value, cluster->name, cluster->file, read, access));

  access.user = chosen->value.string_at("user");
  if (access.user.empty()) return access;  // Anonymous: the server will say what it thinks of it.
  const Named* user = find(users_, access.user);
  if (user == nullptr) {
    return Error{ErrorCode::invalid_argument, chosen->file + ": context '" + wanted +
                                                  "' names user '" + access.user +
                                                  "', which is not there"};
  }
  TRY(read_user(user->value, user->name, user->file, read, access));
  return access;
}

}  // namespace kube
