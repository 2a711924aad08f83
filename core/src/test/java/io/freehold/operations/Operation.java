package io.freehold.operations;

import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.global.Global;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spi.GlobalAlloc;

/**
 * The public operations that take, give back or touch memory. {@link OperationTests}
 * fails if one is missing here.
 */
public enum Operation {

	/** A block of unspecified content. */
	ALLOCATE(Allocator.class, "allocate"),

	/** A block of zeroes. */
	ALLOCATE_ZEROED(Allocator.class, "allocateZeroed"),

	/** A block is freed. */
	DEALLOCATE(Allocator.class, "deallocate"),

	/** A block becomes larger. */
	GROW(Allocator.class, "grow"),

	/** A block becomes larger and has another alignment. */
	GROW_REALIGNED(Allocator.class, "grow"),

	/** A block becomes larger, with zeroes behind. */
	GROW_ZEROED(Allocator.class, "growZeroed"),

	/** A block becomes larger, with zeroes behind, and has another alignment. */
	GROW_ZEROED_REALIGNED(Allocator.class, "growZeroed"),

	/** A block becomes smaller. */
	SHRINK(Allocator.class, "shrink"),

	/** A block becomes smaller and has another alignment. */
	SHRINK_REALIGNED(Allocator.class, "shrink"),

	/** A segment from the view that cannot free. */
	ALLOCATE_SEGMENT(Allocator.class, "asSegmentAllocator"),

	/** A new tree. */
	ROOT(ManagedAllocator.class, "root"),

	/** A child. */
	CHILD(ManagedAllocator.class, "child"),

	/** A child for raw addresses. */
	CHILD_BACKEND(ManagedAllocator.class, "childBackend"),

	/** A region of one thread. */
	OPEN_REGION(ManagedAllocator.class, "openRegion"),

	/** A region of all threads. */
	OPEN_SHARED_REGION(ManagedAllocator.class, "openSharedRegion"),

	/** A heap. */
	OPEN_HEAP(ManagedAllocator.class, "openHeap"),

	/** The end of an allocator. */
	CLOSE(ManagedAllocator.class, "close"),

	/** The end of a heap. */
	CLOSE_HEAP(Heap.class, "close"),

	/** All blocks of a region end. */
	RESET(Region.class, "reset"),

	/** A point to return to. */
	MARK(Region.class, "mark"),

	/** The return to a mark. */
	CLOSE_MARK(Region.Mark.class, "close"),

	/** An arena. */
	OPEN_ARENA(Region.class, "asArena"),

	/** A segment of an arena. */
	ALLOCATE_IN_ARENA(Arena.class, "allocate"),

	/** The end of an arena. */
	CLOSE_ARENA(Arena.class, "close"),

	/** The end of a region. */
	CLOSE_REGION(Region.class, "close"),

	/** Memory of a backend. */
	BACKEND_ALLOCATE(GlobalAlloc.class, "allocate"),

	/** Zeroed memory of a backend. */
	BACKEND_ALLOCATE_ZEROED(GlobalAlloc.class, "allocateZeroed"),

	/** Memory goes back to a backend. */
	BACKEND_DEALLOCATE(GlobalAlloc.class, "deallocate"),

	/** A block of a backend changes its size. */
	BACKEND_REALLOCATE(GlobalAlloc.class, "reallocate"),

	/** Memory of the installed backend. */
	GLOBAL_ALLOC(Global.class, "alloc"),

	/** Zeroed memory of the installed backend. */
	GLOBAL_ALLOC_ZEROED(Global.class, "allocZeroed"),

	/** Memory goes back to the installed backend. */
	GLOBAL_DEALLOC(Global.class, "dealloc"),

	/** A block of the installed backend changes its size. */
	GLOBAL_REALLOC(Global.class, "realloc");

	/** What every allocator does with blocks. */
	public static final Set<Operation> BLOCKS = EnumSet.range(ALLOCATE, ALLOCATE_SEGMENT);

	/** What opens and closes in a tree. */
	public static final Set<Operation> TREE = EnumSet.range(ROOT, CLOSE_HEAP);

	/** What regions do beside. */
	public static final Set<Operation> REGIONS = EnumSet.range(RESET, CLOSE_REGION);

	/** What backends do. */
	public static final Set<Operation> BACKENDS = EnumSet.range(BACKEND_ALLOCATE, BACKEND_REALLOCATE);

	/** What the process-wide allocator does. */
	public static final Set<Operation> GLOBAL = EnumSet.range(GLOBAL_ALLOC, GLOBAL_REALLOC);

	private final Class<?> type;

	private final String method;

	Operation(Class<?> type, String method) {
		this.type = type;
		this.method = method;
	}

	/** Returns the type that declares the method. */
	Class<?> type() {
		return this.type;
	}

	/** Returns the method as a key for comparison. */
	String key() {
		return key(this.type, this.method);
	}

	static String key(Class<?> type, String method) {
		return type.getSimpleName() + "." + method;
	}

}
