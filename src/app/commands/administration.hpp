#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nextjob::app {

// The small commands that change or tell about what is kept. Each returns the process's exit status.

// `nextjob user add`: the password is the first line of standard input. A superuser may see to every user over the API.
int addUser(const std::string& email, bool superuser);

// `nextjob skills set`: replaces the user's skills by these, spelled as the taxonomy has them.
int setSkills(const std::string& email, const std::vector<std::string>& names);

// `nextjob skills list`: what a user has, or, without an address, every skill of the taxonomy.
int listSkills(const std::string& email);

// `nextjob migrate`: brings the database's schema up to date and says what it did.
int migrate();

// `nextjob backup`: a consistent copy of the database while others work on it.
int backup(const std::filesystem::path& file);

}  // namespace nextjob::app
