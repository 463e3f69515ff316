#include <algorithm>

#include "base/limits.h"
#include "cluster/client.h"
#include "cluster/client_state.h"
#include "cluster/watch_lines.h"
#include "doc/json.h"
#include "kube/status.h"

namespace cluster {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

kube::WriteOptions kube_options(const WriteOptions& options, const std::string& manager) {
  return {options.field_manager.empty() ? manager : options.field_manager, options.dry_run,
          options.subresource};
}

/// Who is meant by an object that may have no name yet.
std::string describe(const doc::Value& object) {
  const Result<kube::ObjectRef> ref = kube::ref_of(object);
  if (ref) return kube::to_string(*ref);
  return std::string(object.string_at("kind")) + " " +
         std::string(object.string_at("metadata.generateName")) + "*";
}

}  // namespace

Result<doc::Value> Client::get(const kube::ObjectRef& ref, const Until& until,
                               std::string_view subresource) {
  const kube::Resource resource = TRY(resource_of(ref.gvk, until));
  const kube::Request request = kube::get_request(resource, ref.key(), subresource);
  return parse_body(request, TRY(send(request, until)));
}

Result<ObjectList> Client::list(const kube::GroupVersionKind& gvk, const kube::Selection& selection,
                                const Until& until, int attempts_max) {
  const kube::Resource resource = TRY(resource_of(gvk, until));
  ObjectList list;
  kube::PageOptions page{.limit = base::limits::kListPageSize};
  for (int pages = 0; pages < base::limits::kListPagesMax; ++pages) {
    const kube::Request request = kube::list_request(resource, selection, page);
    const Result<net::Response> answer = send(request, until, attempts_max);
    if (!answer) {
      const bool expired =
          answer.error().code == ErrorCode::out_of_range && !page.continue_token.empty();
      if (!expired) return answer.error();
      // The server compacted what the token stands for. One piece cannot expire.
      list = {};
      page = {};
      continue;
    }
    const doc::Value body = TRY(parse_body(request, *answer));
    std::vector<doc::Value> items = kube::items_of_list(body, gvk);
    list.items.insert(list.items.end(), std::make_move_iterator(items.begin()),
                      std::make_move_iterator(items.end()));
    list.resource_version = body.string_at("metadata.resourceVersion");
    page.continue_token = body.string_at("metadata.continue");
    if (page.continue_token.empty()) return list;
  }
  return Error{ErrorCode::resource_exhausted, "list " + resource.qualified_name() + ": more than " +
                                                  std::to_string(base::limits::kListPagesMax) +
                                                  " pages"};
}

Result<std::string> Client::logs(const kube::ObjectKey& pod, const kube::LogOptions& options,
                                 const Until& until) {
  return TRY(send(kube::log_request(pod, options), until)).body;
}

Result<std::string> Client::raw_get(std::string_view path, const Until& until) {
  return TRY(send(kube::raw_get_request(path, "application/json, */*"), until)).body;
}

Result<doc::Value> Client::raw_get_json(std::string_view path, const Until& until) {
  const kube::Request request = kube::raw_get_request(path);
  return parse_body(request, TRY(send(request, until)));
}

Result<void> Client::watch(const kube::GroupVersionKind& gvk, const kube::Selection& selection,
                           std::string_view resource_version,
                           const std::function<bool(const WatchEvent&)>& on_event,
                           const Until& until, const std::function<void()>& on_open) {
  const kube::Resource resource = TRY(resource_of(gvk, until));
  const kube::Request request =
      kube::watch_request(resource, selection, resource_version, base::limits::kWatchTimeout);
  net::Response refused = TRY(watch_once(request, on_event, until, on_open));
  if (refused.status >= 400 && wait_to_confirm(refused, until)) {
    refused = TRY(watch_once(request, on_event, until, on_open));
  }
  if (refused.status >= 400) return error_of(request, refused);
  return {};
}

Result<net::Response> Client::watch_once(const kube::Request& request,
                                         const std::function<bool(const WatchEvent&)>& on_event,
                                         const Until& until, const std::function<void()>& on_open) {
  const base::SteadyTime now = state_->means.clock.steady();
  net::CallOptions call{.until = until};
  const base::SteadyTime silent = now + base::limits::kWatchTimeout + base::limits::kWatchGrace;
  call.until.deadline = std::min(until.deadline, silent);

  net::Response refused;  // The body is filled when the status is an error.
  std::optional<Error> failure;
  WatchLines lines;
  const net::StreamHandler handler{[&](const net::ResponseHead& head) {
                                     refused.status = head.status;
                                     refused.headers = head.headers;
                                     if (head.status < 400 && on_open) on_open();
                                     return true;
                                   },
                                   [&](std::string_view bytes) {
                                     if (refused.status >= 400) {
                                       refused.body += bytes;
                                       return refused.body.size() <
                                              base::limits::kWatchLineBytesMax;
                                     }
                                     const Result<bool> more = lines.feed(bytes, on_event);
                                     if (!more) failure = more.error();
                                     return more && *more;
                                   }};
  const Result<void> ended =
      net::stream(state_->means.transport, wire_request(request), call, handler);
  if (failure) return std::move(*failure);
  if (!ended) {
    Error error = ended.error();
    if (error.code == ErrorCode::deadline_exceeded && silent < until.deadline) {
      error = {ErrorCode::unavailable, "the watch went silent"};
    }
    return error_of(std::move(error));
  }
  return refused;
}

Result<doc::Value> Client::apply(const doc::Value& object, const ApplyOptions& options,
                                 const Until& until) {
  const kube::ObjectRef ref = TRY_WITHIN(kube::ref_of(object), "apply");
  const std::string what = "apply " + kube::to_string(ref);
  const kube::Resource resource = TRY_WITHIN(resource_of(ref.gvk, until), what);
  const std::string& manager = state_->options.field_manager;
  const kube::Request request = kube::apply_request(
      resource, object,
      {.field_manager = options.field_manager.empty() ? manager : options.field_manager,
       .force = options.force,
       .dry_run = options.dry_run,
       .subresource = options.subresource});
  return parse_body(request, TRY_WITHIN(send(request, until), what));
}

Result<doc::Value> Client::patch(const kube::ObjectRef& ref, const doc::Value& merge_patch,
                                 const WriteOptions& options, const Until& until) {
  const std::string what = "patch " + kube::to_string(ref);
  const kube::Resource resource = TRY_WITHIN(resource_of(ref.gvk, until), what);
  const kube::Request request = kube::merge_patch_request(
      resource, ref.key(), merge_patch, kube_options(options, state_->options.field_manager));
  return parse_body(request, TRY_WITHIN(send(request, until), what));
}

Result<doc::Value> Client::json_patch(const kube::ObjectRef& ref, const doc::Value& operations,
                                      const WriteOptions& options, const Until& until) {
  const std::string what = "patch " + kube::to_string(ref);
  const kube::Resource resource = TRY_WITHIN(resource_of(ref.gvk, until), what);
  const kube::Request request = kube::json_patch_request(
      resource, ref.key(), operations, kube_options(options, state_->options.field_manager));
  return parse_body(request, TRY_WITHIN(send(request, until), what));
}

Result<doc::Value> Client::create(const doc::Value& object, const WriteOptions& options,
                                  const Until& until) {
  const std::string what = "create " + describe(object);
  const kube::GroupVersionKind gvk =
      TRY_WITHIN(kube::parse_gvk(object.string_at("apiVersion"), object.string_at("kind")), what);
  const kube::Resource resource = TRY_WITHIN(resource_of(gvk, until), what);
  const kube::Request request =
      kube::create_request(resource, object, kube_options(options, state_->options.field_manager));
  return parse_body(request, TRY_WITHIN(send(request, until), what));
}

Result<doc::Value> Client::update(const doc::Value& object, const WriteOptions& options,
                                  const Until& until) {
  const kube::ObjectRef ref = TRY_WITHIN(kube::ref_of(object), "update");
  const std::string what = "update " + kube::to_string(ref);
  const kube::Resource resource = TRY_WITHIN(resource_of(ref.gvk, until), what);
  const kube::Request request =
      kube::update_request(resource, object, kube_options(options, state_->options.field_manager));
  return parse_body(request, TRY_WITHIN(send(request, until), what));
}

Result<doc::Value> Client::update_status(const doc::Value& object, const Until& until) {
  return update(object, {.subresource = "status"}, until);
}

Result<void> Client::remove(const kube::ObjectRef& ref, const kube::DeleteOptions& options,
                            const Until& until) {
  const std::string what = "delete " + kube::to_string(ref);
  const kube::Resource resource = TRY_WITHIN(resource_of(ref.gvk, until), what);
  TRY_WITHIN(send(kube::delete_request(resource, ref.key(), options), until), what);
  return {};
}

Result<void> Client::evict(const kube::ObjectKey& pod, const Until& until) {
  TRY_WITHIN(send(kube::evict_request(pod), until),
             "evict Pod " + pod.namespace_name + "/" + pod.name);
  return {};
}

Result<AccessAnswer> Client::may_i(const kube::AccessQuestion& question, const Until& until) {
  const kube::Request request = kube::access_review_request(question);
  const doc::Value review = TRY(parse_body(request, TRY(send(request, until))));
  const doc::Value* allowed = review.find_path("status.allowed");
  if (allowed == nullptr || !allowed->is_bool()) {
    return Error{ErrorCode::data_loss, "the access review has no answer"};
  }
  return AccessAnswer{allowed->as_bool(), std::string(review.string_at("status.reason"))};
}

}  // namespace cluster
