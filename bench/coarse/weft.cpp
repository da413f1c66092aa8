// thread_pool::join; the caller takes part.
#include <weft/par.hpp>

#include "problem.hpp"

int main(int argc, char** argv) {
  const auto beside_a_pool = [](auto f) {
    weft::thread_pool pool(coarse::threads);
    return f(pool);
  };
  return race::contest(argc, argv,
                       coarse::entries("weft", "", race::role::weft, coarse::threads, beside_a_pool,
                                       [](auto f, auto g, weft::thread_pool& pool) { pool.join(f, g); }));
}
