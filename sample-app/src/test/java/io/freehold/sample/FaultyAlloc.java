package io.freehold.sample;

import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;

/**
 * A backend that refuses one allocation, or none.
 */
public final class FaultyAlloc implements GlobalAlloc {

	private final GlobalAlloc backend = Backends.get("system");

	private int untilFault;

	/**
	 * Creates a backend.
	 * @param untilFault how many allocations succeed before the one that is refused
	 */
	public FaultyAlloc(int untilFault) {
		this.untilFault = untilFault;
	}

	public boolean hasRefused() {
		return this.untilFault < 0;
	}

	@Override
	public long allocate(long size, long alignment) {
		return (this.untilFault-- != 0) ? this.backend.allocate(size, alignment) : 0;
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		this.backend.deallocate(address, size, alignment);
	}

	@Override
	public String name() {
		return "faulty";
	}

}
