package io.freehold.operations;

import io.freehold.spi.GlobalAlloc;

/**
 * A backend that records the calls it forwards.
 *
 * @param target where the calls go to
 * @param record where they are counted
 */
public record RecordedBackend(GlobalAlloc target, OperationRecord record) implements GlobalAlloc {

	@Override
	public long allocate(long size, long alignment) {
		this.record.called(Operation.BACKEND_ALLOCATE);
		return this.target.allocate(size, alignment);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		this.record.called(Operation.BACKEND_ALLOCATE_ZEROED);
		return this.target.allocateZeroed(size, alignment);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		this.record.called(Operation.BACKEND_DEALLOCATE);
		this.target.deallocate(address, size, alignment);
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		this.record.called(Operation.BACKEND_REALLOCATE);
		return this.target.reallocate(address, oldSize, alignment, newSize);
	}

	@Override
	public String name() {
		return this.target.name();
	}

}
