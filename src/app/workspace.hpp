#pragma once

#include "app/config.hpp"
#include "model/error.hpp"
#include "model/user.hpp"
#include "store/store.hpp"

#include <memory>
#include <string>

namespace nextjob::app {

// What most commands need: the configuration and the open store.
struct Workspace {
    Config config;
    std::unique_ptr<store::Store> store;
};

// Reads the configuration, makes the data directory and opens the store, bringing its schema up to date.
Result<Workspace> openWorkspace();

// The user with this address. NotFound says how to add one.
Result<User> findUser(store::Store& store, const std::string& email);

}  // namespace nextjob::app
