// Names and numbers of Microsoft's cloud that several of its logs share.
// Called by entra.cc and m365.cc.
// Constants, and texts made from them.
// Any thread.
// Refuses nothing: an application that is not known gets an id of its own, the same in every run.
#pragma once

#include <string>
#include <string_view>

namespace custos::simulate::cloud {

std::string application_id(std::string_view name);

struct Device {
  std::string system, browser;
};
// As Entra ID reads a user agent: "Windows10" and "Edge 128.0.0".
Device device(std::string_view agent);

}  // namespace custos::simulate::cloud
