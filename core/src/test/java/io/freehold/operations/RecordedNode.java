package io.freehold.operations;

import java.util.function.Consumer;

import io.freehold.managed.AllocatorSpec;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

/**
 * A managed allocator whose calls are recorded.
 */
public final class RecordedNode extends RecordedAllocator {

	private final ManagedAllocator target;

	private RecordedNode(ManagedAllocator target, OperationRecord record) {
		super(target, record);
		this.target = target;
	}

	/** Creates a root. */
	public static RecordedNode root(GlobalAlloc backend, OperationRecord record, Consumer<AllocatorSpec> spec) {
		record.called(Operation.ROOT);
		return new RecordedNode(ManagedAllocator.root(backend, spec), record);
	}

	/** Records the calls of an allocator that exists. */
	public static RecordedNode of(ManagedAllocator target, OperationRecord record) {
		return new RecordedNode(target, record);
	}

	/** Returns the allocator behind, for questions. */
	public ManagedAllocator target() {
		return this.target;
	}

	/** Creates a child. */
	public RecordedNode child(String name, Consumer<AllocatorSpec> spec) {
		record().called(Operation.CHILD);
		return new RecordedNode(this.target.child(name, spec), record());
	}

	/** Creates a child for raw addresses. */
	public GlobalAlloc childBackend(String name, Consumer<AllocatorSpec> spec) {
		record().called(Operation.CHILD_BACKEND);
		return new RecordedBackend(this.target.childBackend(name, spec), record());
	}

	/** Opens a confined region. */
	public RecordedRegion openRegion() {
		record().called(Operation.OPEN_REGION);
		return new RecordedRegion(this.target.openRegion(), record());
	}

	/** Opens a shared region. */
	public RecordedRegion openSharedRegion() {
		record().called(Operation.OPEN_SHARED_REGION);
		return new RecordedRegion(this.target.openSharedRegion(), record());
	}

	/** Opens a heap. */
	public RecordedHeap openHeap() {
		record().called(Operation.OPEN_HEAP);
		return new RecordedHeap(this.target.openHeap(), record());
	}

	/** Closes the allocator. */
	public void close() {
		record().called(Operation.CLOSE);
		this.target.close();
	}

}
