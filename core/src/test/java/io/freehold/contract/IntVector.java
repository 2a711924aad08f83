package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * A growing list of ints in one block of an allocator: as much of a vector as the scripts
 * of the contract need, and an example of how a collection uses an allocator. A refused
 * resize leaves it as it was.
 */
public final class IntVector implements AutoCloseable {

	private final Allocator allocator;

	private long capacity;

	private long size;

	private MemorySegment block;

	/**
	 * Creates an empty vector, which holds no memory.
	 * @param allocator where the memory comes from
	 */
	public IntVector(Allocator allocator) {
		this.allocator = allocator;
		this.block = layout(0).dangling();
	}

	private static Layout layout(long capacity) {
		return Layout.ofArray(ValueLayout.JAVA_INT, capacity);
	}

	/**
	 * Appends a value, doubling the capacity if there is no room.
	 * @param value the value
	 */
	public void push(int value) {
		if (this.size == this.capacity) {
			reserve(Math.max(4, 2 * this.capacity));
		}
		this.block.setAtIndex(ValueLayout.JAVA_INT, this.size, value);
		this.size++;
	}

	/**
	 * Makes room for as many values.
	 * @param capacity the least capacity
	 */
	public void reserve(long capacity) {
		if (capacity > this.capacity) {
			this.block = this.allocator.grow(this.block, layout(this.capacity), layout(capacity));
			this.capacity = capacity;
		}
	}

	/**
	 * Appends copies of a value, or drops values from the end.
	 * @param size the size to reach
	 * @param value the value to append
	 */
	public void resize(long size, int value) {
		reserve(size);
		for (long i = this.size; i < size; i++) {
			this.block.setAtIndex(ValueLayout.JAVA_INT, i, value);
		}
		this.size = size;
	}

	/** Gives back the room that is not used. */
	public void shrinkToFit() {
		if (this.size < this.capacity) {
			this.block = this.allocator.shrink(this.block, layout(this.capacity), layout(this.size));
			this.capacity = this.size;
		}
	}

	/**
	 * Returns the values.
	 * @return a copy
	 */
	public int[] toArray() {
		return this.block.asSlice(0, this.size * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
	}

	/** Gives the block back. A second close does nothing. */
	@Override
	public void close() {
		this.allocator.deallocate(this.block, layout(this.capacity));
		this.block = layout(0).dangling();
		this.capacity = 0;
		this.size = 0;
	}

}
