#pragma once

#include "model/error.hpp"
#include "queue/redis/address.hpp"
#include "queue/redis/reply.hpp"
#include "queue/redis/socket.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::queue::redis {

// Commands that go out in one piece and whose answers come back in their order.
class Pipeline {
  public:
    template <class... Words>
    void add(const Words&... words) {
        begin(sizeof...(words));
        (word(words), ...);
    }
    // A command whose number of words is known only at run time: `begin`, then so many times `word`.
    void begin(std::size_t words);
    void word(std::string_view text);
    void word(std::integral auto number) { word(std::string_view(std::to_string(number))); }

    // No commands any more; the room for their bytes is kept.
    void clear() {
        bytes_.clear();
        commands_ = 0;
    }

    const std::string& bytes() const { return bytes_; }
    std::size_t size() const { return commands_; }

  private:
    std::string bytes_;
    std::size_t commands_ = 0;
};

// One connection to a Redis server, made when it is first needed and made anew when it breaks, waiting longer from try
// to try. Blocks; for one thread.
class Connection {
  public:
    struct Patience {
        std::chrono::milliseconds server{5'000};   // for a server that is away
        std::chrono::milliseconds answer{15'000};  // for an answer
    };

    // `greeting` is sent first on each new connection, after name and password; an error of it that begins with
    // `harmless` is none.
    Connection(Address address, Pipeline greeting, std::string harmless, Patience patience);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // One answer a command; their texts are good until the next run. When the connection breaks, or the server says
    // that it can't just now, all of them are sent again, so they must bear to be run twice. Unavailable after that
    // long without a server; other errors are the first that the server answered with. A command that waits at the
    // server says how long.
    Result<std::vector<Value>> run(const Pipeline& commands, std::chrono::milliseconds serverWaits = {});

    // Counts the connections made: a change means that answers may have been lost, or even the server's data.
    std::uint64_t generation() const { return generation_; }
    const Address& address() const { return address_; }

  private:
    // Why an exchange did not work out, and whether another try may.
    struct Failure {
        Error error;
        bool passing = false;
    };
    using Answers = std::expected<std::vector<Value>, Failure>;

    Answers tryOnce(const Pipeline& commands, std::chrono::milliseconds serverWaits);
    std::optional<Failure> connect();
    Answers exchange(const Pipeline& commands, std::chrono::milliseconds patience, std::string_view harmless);
    std::expected<std::vector<Value>, std::string> receive(std::size_t answers, std::chrono::milliseconds patience);
    Failure refusal(std::string_view said) const;

    const Address address_;
    const Pipeline greeting_;
    const std::string harmless_;
    const Patience patience_;
    std::optional<Socket> socket_;
    std::string received_;  // what the last answers' values show
    std::uint64_t generation_ = 0;
};

}  // namespace nextjob::queue::redis
