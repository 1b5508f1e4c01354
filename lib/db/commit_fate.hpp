#pragma once
// resolve_commit of transactions and units of work: what became of a COMMIT whose answer was lost. The server numbers a
// transaction that writes, and tells of each number whether it was committed.
#include <exception>
#include <hawser/async/task.hpp>
#include <hawser/db/send.hpp>

namespace hawser::detail {

// Adds to what goes with BEGIN, as the last of it, the question for the transaction's number, whose answer on.held
// keeps. PostgreSQL only.
void ask_number(const handle& on, engine::job& begin);

// What the failure of a COMMIT comes to. Null: the transaction was committed. connection_lost: it was rolled back, which
// on.held notes. And the failure itself where it is none of a lost answer, where the transaction has no number, or where
// the server cannot tell: it is not reached within the deadline of a call; it was started anew after a crash, and may give
// numbers a second time; another one has taken its place. commit_unknown with the cause where it refuses to tell, which
// asking again does not cure. Goes on where its caller is cancelled, who is not to throw at once then.
[[nodiscard]] task<std::exception_ptr> resolved_commit(handle on, std::exception_ptr failure);

} // namespace hawser::detail
