// Two coroutines on a pool, with weft's bounded channels.
#include <weft/channel.hpp>
#include <weft/futures.hpp>
#include <weft/par.hpp>

#include "problem.hpp"

namespace {

using tx = weft::channel::sender<std::uint64_t>;
using rx = weft::channel::receiver<std::uint64_t>;

weft::futures::task<std::uint64_t> ask(tx out, rx in) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < ping_pong::rounds; ++i) {
    if (!co_await weft::futures::send(out, i)) break;
    const auto reply = co_await weft::futures::recv(in);
    if (!reply) break;
    sum += *reply;
  }
  co_return sum;
}

weft::futures::task<bool> reply(tx out, rx in) {
  while (const auto question = co_await weft::futures::recv(in))
    if (!co_await weft::futures::send(out, ping_pong::answer(*question))) co_return false;
  co_return true;
}

std::uint64_t play(weft::thread_pool& pool) {
  auto [there_tx, there_rx] = weft::channel::bounded<std::uint64_t>(1);
  auto [back_tx, back_rx] = weft::channel::bounded<std::uint64_t>(1);
  auto second = pool.spawn(reply(std::move(back_tx), std::move(there_rx)));
  auto first = pool.spawn(ask(std::move(there_tx), std::move(back_rx)));
  const std::uint64_t sum = std::move(first).wait();
  race::check("the second task's end", std::move(second).wait(), true);
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  return race::contest(argc, argv,
                       {{"weft", "", race::role::weft, ping_pong::work, ping_pong::threads, [](const race::pace& how) {
                           weft::thread_pool pool(ping_pong::threads);
                           return ping_pong::measure(how, [&pool] { return play(pool); });
                         }}});
}
