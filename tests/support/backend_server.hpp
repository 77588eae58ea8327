#pragma once

#include "net/backend/backend_client.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nextjob::store {
class Store;
}
namespace nextjob::queue {
class Queue;
}

namespace nextjob::test {

// The backend of workers without a database: the API over this store and queue, on a port of this machine, and a client
// with every right of a service.
class BackendServer {
  public:
    // Both outlive it.
    BackendServer(store::Store& store, queue::Queue& queue);
    ~BackendServer();
    BackendServer(const BackendServer&) = delete;
    BackendServer& operator=(const BackendServer&) = delete;

    net::BackendClient& client();
    const net::BackendOptions& options() const;      // of that client, for others
    static std::vector<std::string> tokenSecrets();  // that seal what users connect

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::test
