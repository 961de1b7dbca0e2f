// Names below domains, as those who run them make them up: generated labels of content networks and tenants; reversed addresses; mistyped ones.
// Called by life/ and sensors/; feeds questions to the name service.
// Values. Whoever asks brings the generator, so that each name belongs to somebody's life.
// Any thread.
// Refuses nothing: a placeholder that is none vanishes.
#pragma once

#include <string>
#include <string_view>

#include "simulate/world/world.h"

namespace custos::simulate {

// Fills a pattern: ${id:N:L} is one of N labels of L characters (few of them take most of the draws), ${new:L} one that was never there,
// ${machine} what telemetry calls the machine, ${tenant} the institution at its suppliers'.
std::string fill_name(std::string_view pattern, Rng& rng, const World& world, const Machine* machine);
// One of a site's hosts, drawn.
std::string site_host(const Site& site, Rng& rng, const World& world, const Machine* machine);

// "9.100.51.198" of "198.51.100.9"; block lists append their zone.
std::string reversed(std::string_view address);
inline std::string reverse_name(std::string_view address) { return reversed(address) + ".in-addr.arpa"; }
// What a stranger's provider calls that address; empty where it calls it nothing.
std::string stranger_name(std::string_view address);
// An address of version 6 (RFC 3849) for a host.
std::string v6_address(std::string_view domain, std::string_view host);
// The same name with a letter lost, doubled or changed, or two of them swapped.
std::string mistyped(std::string_view name, Rng& rng);

}  // namespace custos::simulate
