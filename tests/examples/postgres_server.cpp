// A PostgreSQL server for scripts. Prints where its databases are, one URL a line, and ends with its standard input:
//   hawser, by the unix socket, without a password
//   guarded, by 127.0.0.1, whose password is "open sesame"; this database has another order of texts than bytes'
// Or prints "none: " and the reason.
#include "support/postgres_cluster.hpp"
#include <iostream>

namespace {

// ICU where the server is built with it.
void make_ordered(support::raw_postgres& admin, const std::string& name) {
    const std::string create = "create database " + name + " owner guarded template template0";
    try {
        admin.exec(create + " locale_provider icu icu_locale 'en-US'");
    } catch (const support::postgres_failure&) { admin.exec(create); }
}

} // namespace

int main() {
    if (const std::string why = support::no_postgres(); !why.empty()) {
        std::cout << "none: " << why << std::endl;
        return 0;
    }
    support::postgres_cluster::options o;
    o.hba = {"host all guarded 127.0.0.1/32 scram-sha-256"};
    const support::postgres_cluster server(o);
    auto admin = server.admin();
    admin.exec("create role guarded login password 'open sesame'");
    admin.exec("create database plain owner hawser");
    make_ordered(admin, "ordered");
    using by = support::postgres_cluster::by;
    std::cout << server.address("plain").url() << '\n'
              << server.address("ordered", by::tcp, "guarded", "open%20sesame").url() << std::endl;
    while (std::cin.get() != std::istream::traits_type::eof()) {}
    return 0;
}
