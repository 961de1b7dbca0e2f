#include "ingest/transports/capture/process.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ingest/transports/open_file.h"

namespace custos::ingest {
namespace process {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kMostSeconds = 30 * 24 * 3600;
constexpr auto kKillPatience = std::chrono::seconds(10);  // a process in the middle of a system call dies when that ends

// Our own standard descriptors may be closed: what is opened may then have one of their numbers, and must not.
Descriptor above_standard(int fd) {
  Descriptor low(fd);
  return Descriptor(low.ok() ? ::fcntl(low.get(), F_DUPFD_CLOEXEC, 3) : -1);
}

// All that the child needs, made before the fork: behind it nothing may allocate.
struct Prepared {
  explicit Prepared(const ProcessOrder& order)
      : input(above_standard(::open("/dev/null", O_RDONLY | O_CLOEXEC))),
        output(above_standard(::open(order.said.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600))) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == 0) {
      report_from = above_standard(ends[0]);
      report_to = above_standard(ends[1]);
    }
    const auto put = [](std::vector<char*>& to, const std::string& s) { to.push_back(const_cast<char*>(s.c_str())); };
    put(arguments, order.program);
    for (const std::string& a : order.arguments) put(arguments, a);
    for (const std::string& e : order.environment) put(environment, e);
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
  }
  bool ok() const { return input.ok() && output.ok() && report_from.ok() && report_to.ok(); }

  Descriptor input, output, report_from, report_to;
  std::vector<char*> arguments, environment;
};

// Lowers a limit; a lower one that is there already stays.
bool lower(__rlimit_resource what, std::uint64_t to) {
  rlimit now{};
  if (::getrlimit(what, &now) != 0) return false;
  const rlim_t most = std::min<rlim_t>(now.rlim_max, to);
  const rlimit then{most, most};
  return ::setrlimit(what, &then) == 0;
}

// Only what is safe behind the fork of a program with threads. Returns only if it could not start.
void become(const ProcessOrder& order, const Prepared& p, pid_t parent) {
  ::setpgid(0, 0);
  // Should custos be killed, its tools end too.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent) return;
  for (int s = 1; s < NSIG; ++s) ::signal(s, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!lower(RLIMIT_FSIZE, order.bytes) || !lower(RLIMIT_CORE, 0)) return;
  if (::chdir(order.folder.c_str()) != 0) return;
  if (::dup2(p.input.get(), 0) < 0 || ::dup2(p.output.get(), 1) < 0 || ::dup2(p.output.get(), 2) < 0) return;
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);  // an old kernel: ours are marked so one by one
  ::execve(order.program.c_str(), p.arguments.data(), p.environment.data());
}

std::uint64_t size_of(const std::string& path) {
  struct stat s {};
  return ::lstat(path.c_str(), &s) == 0 && S_ISREG(s.st_mode) ? static_cast<std::uint64_t>(s.st_size) : 0;
}

std::uint64_t written(const ProcessOrder& order) {
  namespace fs = std::filesystem;
  std::uint64_t sum = size_of(order.said);
  std::error_code error;
  fs::recursive_directory_iterator it(order.folder, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && it != end; it.increment(error)) sum += size_of(it->path().string());
  return sum;
}

// Waits until it is over, or ends it. The dead leader keeps the group's number from being given away until it is reaped.
Ending wait_for(const ProcessOrder& order, pid_t child) {
  const auto deadline = Clock::now() + std::chrono::seconds(std::min(order.seconds, kMostSeconds));
  auto look_again = Clock::now(), give_up = Clock::time_point::max();
  auto pause = std::chrono::milliseconds(1);
  Ending ending;
  const auto kill_for = [&](Ending::How how) {
    ending.how = how;
    ::kill(-child, SIGKILL);
    give_up = Clock::now() + kKillPatience;
  };
  while (true) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno != EINTR) {
      if (ending.how == Ending::How::Well) ending.how = Ending::How::Lost;
      return ending;
    }
    const auto now = Clock::now();
    if (info.si_pid == child || now > give_up) break;
    if (ending.how == Ending::How::Well) {
      if (order.stop != nullptr && *order.stop) kill_for(Ending::How::Stopped);
      else if (now >= deadline) kill_for(Ending::How::TooLong);
      else if (now >= look_again && written(order) > order.bytes) kill_for(Ending::How::TooMuch);
      if (now >= look_again) look_again = Clock::now() + std::chrono::milliseconds(200);
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(32));
  }
  ::kill(-child, SIGKILL);  // whatever it left running
  int status = 0;
  if (::waitpid(child, &status, WNOHANG) != child || ending.how != Ending::How::Well) return ending;
  if (WIFSIGNALED(status)) return {WTERMSIG(status) == SIGXFSZ ? Ending::How::TooMuch : Ending::How::Signal, WTERMSIG(status)};
  if (written(order) > order.bytes) return {Ending::How::TooMuch, 0};
  return WEXITSTATUS(status) == 0 ? Ending{} : Ending{Ending::How::Status, WEXITSTATUS(status)};
}

}  // namespace
}  // namespace process

Ending run_process(const ProcessOrder& order) {
  process::Prepared prepared(order);
  if (!prepared.ok()) return {Ending::How::NotStarted, errno};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return {Ending::How::NotStarted, errno};
  if (child == 0) {
    process::become(order, prepared, parent);
    const int error = errno;
    [[maybe_unused]] const ssize_t n = ::write(prepared.report_to.get(), &error, sizeof error);
    ::_exit(127);
  }
  ::setpgid(child, child);  // both sides set it, so that it is set before either goes on
  prepared.report_to = Descriptor();
  int error = 0;
  ssize_t n = 0;
  do n = ::read(prepared.report_from.get(), &error, sizeof error);
  while (n < 0 && errno == EINTR);
  if (n == sizeof error) {
    ::waitpid(child, nullptr, 0);
    return {Ending::How::NotStarted, error};
  }
  return process::wait_for(order, child);
}

}  // namespace custos::ingest
