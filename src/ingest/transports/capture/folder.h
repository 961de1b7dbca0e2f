// A private temporary folder that is gone when its owner is, and words for what a tool printed.
// Called by the finding of a tool and by show_capture().
// The folder lives as long as the object; what is in it is removed with it.
// One thread.
// Refuses to be made where there is no room or no permission.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/captures.h"

namespace custos::ingest {

class PrivateFolder {
 public:
  static Result<std::unique_ptr<PrivateFolder>> make(const std::string& in, CaptureStop* stop);
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  std::string operator/(std::string_view name) const;
  const std::string& path() const { return path_; }
  // An empty folder in it; its path.
  std::string sub(std::string_view name) const;
  // Removes it now. False: something is still there.
  bool remove();

 private:
  PrivateFolder() = default;
  std::string path_;
  CaptureStop* stop_ = nullptr;
};

// The last `most` bytes of a file; "" where there is none.
std::string tail_of(const std::string& file, std::size_t most);
// A line fit for a reason: valid, printable, short, and without the folder's changing name.
std::string quotable(std::string_view line, const PrivateFolder& folder);
// The first line that `wanted` says yes to, else nothing; the last line that is not blank where `wanted` is null.
std::string line_of(std::string_view text, bool (*wanted)(std::string_view));

}  // namespace custos::ingest
