#include "cli/progress_screen.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <ostream>
#include <thread>

#include "cli/progress.h"

namespace cli {
namespace {

/// How often the clocks on a terminal go on.
constexpr std::chrono::milliseconds kRedraw{500};

class Screen : public ProgressScreen {
 public:
  explicit Screen(Shell& shell) : shell_(shell), started_(shell.clock.steady()) {
    listener_.ended = [this](const engine::Action& action, const base::Error* error) {
      count(action, error);
      action_ended(action, error);
    };
    listener_.decided = [this](const engine::Decision& decision) {
      Progress now = progress_of(decision, started_);
      decided(now);
      last_ = std::move(now);
    };
  }

  const apply::UpListener& listener() const override { return listener_; }
  std::string result() const override {
    std::string text = summary(last_, shell_.clock.steady());
    if (writes_ == 0) {
      text += "; nothing to write: everything was as planned";
    } else {
      text += "; " + std::to_string(writes_) + (writes_ == 1 ? " write" : " writes");
    }
    return text + "\n";
  }

 protected:
  virtual void decided(const Progress& now) = 0;
  virtual void action_ended(const engine::Action& action, const base::Error* error) = 0;

  Shell& shell_;
  const base::SteadyTime started_;
  Progress last_;

 private:
  void count(const engine::Action& action, const base::Error* error) {
    if (error == nullptr && !std::holds_alternative<engine::Prove>(action)) ++writes_;
  }
  apply::UpListener listener_;
  int writes_ = 0;
};

class Lines final : public Screen {
 public:
  using Screen::Screen;
  void finish() override {}

 private:
  void decided(const Progress& now) override {
    for (const std::string& line : news(last_, now, shell_.clock.steady())) {
      shell_.err << line << "\n";
    }
    shell_.err << std::flush;
  }
  void action_ended(const engine::Action& action, const base::Error* error) override {
    shell_.err << action_line(action, error, shell_.clock.steady() - started_) << "\n"
               << std::flush;
  }
};

class Terminal final : public Screen {
 public:
  explicit Terminal(Shell& shell)
      : Screen(shell), thread_([this](const std::stop_token& ended) { redraw(ended); }) {}
  ~Terminal() override { finish(); }

  void finish() override {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    draw();
  }

 private:
  void decided(const Progress& now) override {
    const std::scoped_lock lock(mutex_);
    shown_ = now;
    dirty_ = true;
    wake_.notify_one();
  }
  void action_ended(const engine::Action&, const base::Error*) override {}

  void redraw(const std::stop_token& ended) {
    std::unique_lock lock(mutex_);
    while (!ended.stop_requested()) {
      draw_locked();
      wake_.wait_for(lock, ended, kRedraw, [this] { return dirty_; });
    }
  }
  void draw() {
    const std::scoped_lock lock(mutex_);
    draw_locked();
  }
  void draw_locked() {
    dirty_ = false;
    if (shown_.rows.empty()) return;
    const Look look{shell_.width, shell_.variable("NO_COLOR").empty()};
    std::string text;
    // Back to the block's first line, and everything below it away.
    if (drawn_lines_ > 0) text = "\x1b[" + std::to_string(drawn_lines_) + "A\r\x1b[J";
    const std::string block = live(shown_, shell_.clock.steady(), look);
    drawn_lines_ = std::count(block.begin(), block.end(), '\n');
    shell_.err << text << block << std::flush;
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool dirty_ = false;
  Progress shown_;
  std::ptrdiff_t drawn_lines_ = 0;
  std::jthread thread_;  // Last: it uses all of the above.
};

}  // namespace

std::unique_ptr<ProgressScreen> make_progress_screen(Shell& shell) {
  if (shell.err_is_terminal) return std::make_unique<Terminal>(shell);
  return std::make_unique<Lines>(shell);
}

}  // namespace cli
