package io.freehold.stress;

import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;

/**
 * The C library's allocator under stress.
 */
class SystemStressTests extends StressContract {

	@Override
	protected GlobalAlloc backend() {
		return Backends.get("system");
	}

}
