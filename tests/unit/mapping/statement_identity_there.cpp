#include "statement_identity.hpp"

mapping_test::addresses mapping_test::addresses_there() {
    return addresses_here();
}
