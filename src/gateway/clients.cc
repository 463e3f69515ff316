#include "gateway/clients.h"

namespace gateway {

std::string Clients::register_client(std::string_view name) {
  const std::lock_guard lock(mutex_);
  std::string id = "client-" + random_->name_suffix(20);
  touch(id, name);
  return id;
}

void Clients::heard_from(std::string_view id, std::string_view name) {
  const std::lock_guard lock(mutex_);
  touch(id, name);
}

void Clients::touch(std::string_view id, std::string_view name) {
  const auto known = by_id_.find(std::string(id));
  if (known != by_id_.end()) {
    known->second->heard = clock_->steady();
    by_age_.splice(by_age_.begin(), by_age_, known->second);
    return;
  }
  if (by_age_.size() >= max_) {
    by_id_.erase(by_age_.back().id);
    by_age_.pop_back();
  }
  by_age_.push_front({std::string(id), std::string(name), clock_->steady()});
  by_id_[by_age_.front().id] = by_age_.begin();
}

void Clients::forget_silent(std::chrono::seconds time) {
  const std::lock_guard lock(mutex_);
  const base::SteadyTime now = clock_->steady();
  while (!by_age_.empty() && now - by_age_.back().heard > time) {
    by_id_.erase(by_age_.back().id);
    by_age_.pop_back();
  }
}

std::size_t Clients::size() const {
  const std::lock_guard lock(mutex_);
  return by_age_.size();
}

}  // namespace gateway
