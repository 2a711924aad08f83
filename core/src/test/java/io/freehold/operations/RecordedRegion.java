package io.freehold.operations;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.freehold.region.Region;

/**
 * A region whose calls are recorded, those of its marks and arenas included.
 */
public final class RecordedRegion extends RecordedAllocator implements AutoCloseable {

	private final Region target;

	/**
	 * Creates a region.
	 * @param target where the calls go to
	 * @param record where they are counted
	 */
	public RecordedRegion(Region target, OperationRecord record) {
		super(target, record);
		this.target = target;
	}

	/** Resets the region. */
	public void reset() {
		record().called(Operation.RESET);
		this.target.reset();
	}

	/** Sets a mark. */
	public Region.Mark mark() {
		record().called(Operation.MARK);
		Region.Mark mark = this.target.mark();
		return () -> {
			record().called(Operation.CLOSE_MARK);
			mark.close();
		};
	}

	/** Opens an arena. */
	public Arena asArena() {
		record().called(Operation.OPEN_ARENA);
		return new RecordedArena(this.target.asArena(), record());
	}

	@Override
	public void close() {
		record().called(Operation.CLOSE_REGION);
		this.target.close();
	}

	private record RecordedArena(Arena target, OperationRecord record) implements Arena {

		@Override
		public MemorySegment allocate(long byteSize, long byteAlignment) {
			this.record.called(Operation.ALLOCATE_IN_ARENA);
			return this.target.allocate(byteSize, byteAlignment);
		}

		@Override
		public MemorySegment.Scope scope() {
			return this.target.scope();
		}

		@Override
		public void close() {
			this.record.called(Operation.CLOSE_ARENA);
			this.target.close();
		}

	}

}
