// The inline namespace that all of weft lives in: objects of different builds don't link together by accident.
#pragma once

#ifdef WEFT_MODEL
#define WEFT_ABI v0_model
#else
#define WEFT_ABI v0
#endif
