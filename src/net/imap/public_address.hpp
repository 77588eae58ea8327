#pragma once

#include <sys/socket.h>

namespace nextjob::net {

// Whether an address is one that anybody on the Internet can reach: none of this machine, of a network of the
// operator's, or of a special use (RFC 6890), also where IPv6 wraps such an IPv4 address. What a user names as their
// mail server is held against it, so that nobody can have this server knock on doors behind its firewall.
bool isPublicAddress(const sockaddr& address);

bool isLoopbackAddress(const sockaddr& address);

}  // namespace nextjob::net
