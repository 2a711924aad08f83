package io.freehold.operations;

import io.freehold.managed.Heap;

/**
 * A heap whose calls are recorded.
 */
public final class RecordedHeap extends RecordedAllocator {

	private final Heap target;

	/**
	 * Creates a heap.
	 * @param target where the calls go to
	 * @param record where they are counted
	 */
	public RecordedHeap(Heap target, OperationRecord record) {
		super(target, record);
		this.target = target;
	}

	/** Returns the heap behind, for questions. */
	public Heap target() {
		return this.target;
	}

	/** Closes the heap. */
	public void close() {
		record().called(Operation.CLOSE_HEAP);
		this.target.close();
	}

}
