package io.freehold.managed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.freehold.internal.Memory;

import org.jspecify.annotations.Nullable;

/**
 * The segments that a gate hands out, all of which end at the same time.
 */
final class Segments {

	/*
	 * To close a shared arena is a handshake with all threads. So the arena is made with
	 * the first segment, and where none was ever made there is none to close.
	 *
	 * The arena is set once, by compare-and-set, either to a new one by a thread that
	 * makes the first segment, or to one that has ended by the thread that revokes. If
	 * the first comes first, the second finds the arena and closes it. If the second
	 * comes first, there will be no segment: the first finds the arena that has ended,
	 * and throws. A thread that finds the segment of all addresses without looking for
	 * the arena has it from one whose compare-and-set came first. That segment is read
	 * and written by plain loads and stores: its fields are final, and each that is made
	 * is as good as another.
	 */

	private static final VarHandle ARENA;

	static {
		try {
			ARENA = MethodHandles.lookup().findVarHandle(Segments.class, "arena", Arena.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Set once from null, by compare-and-set. */
	private volatile @Nullable Arena arena;

	/** All addresses, in the scope of the arena; by racing plain stores. */
	private @Nullable MemorySegment everything;

	/**
	 * Makes a segment.
	 * @throws IllegalStateException if all were revoked before there was one
	 */
	MemorySegment of(long address, long size) {
		return Memory.slice(everything(), address, size);
	}

	/**
	 * Makes a segment, or returns null where the memory does not reach that far yet.
	 * @throws IllegalStateException if all were revoked before there was one
	 */
	@Nullable MemorySegment ofIfMapped(long address, long size) {
		return Memory.sliceIfMapped(everything(), address, size);
	}

	private MemorySegment everything() {
		MemorySegment everything = this.everything;
		return (everything != null) ? everything : open();
	}

	private MemorySegment open() {
		Arena arena = this.arena;
		if (arena == null) {
			Arena first = Arena.ofShared();
			Arena before = (Arena) ARENA.compareAndExchange(this, null, first);
			arena = (before != null) ? before : first;
		}
		if (arena == Never.OPENED) {
			throw new IllegalStateException("Already closed");
		}
		MemorySegment everything = Memory.everything(arena);
		this.everything = everything;
		return everything;
	}

	/** Makes all segments inaccessible, unless a native call holds one. */
	boolean tryRevoke() {
		Arena arena = this.arena;
		if (arena == null) {
			arena = (Arena) ARENA.compareAndExchange(this, null, Never.OPENED);
			if (arena == null) {
				return true;
			}
		}
		try {
			if (arena.scope().isAlive()) {
				arena.close();
			}
			return true;
		}
		catch (IllegalStateException ex) {
			// held by a native call
			return false;
		}
	}

	/** Returns whether a segment is one of these. */
	boolean include(MemorySegment segment) {
		Arena arena = this.arena;
		return arena != null && segment.scope().equals(arena.scope());
	}

	/** Stands for the arena where there was no segment when all were revoked. */
	private static final class Never {

		static final Arena OPENED = Arena.ofConfined();

		static {
			OPENED.close();
		}

		private Never() {
		}

	}

}
