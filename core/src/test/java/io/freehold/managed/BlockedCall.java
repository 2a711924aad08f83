package io.freehold.managed;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A native call that holds a segment until it is told to return: a {@code write} to a
 * pipe that has no room for it. That its first byte can be read proves that the call has
 * begun, and it cannot end before all the others are.
 */
@SuppressWarnings("restricted")
public final class BlockedCall {

	/** More than a pipe holds. */
	public static final long SIZE = 1 << 20;

	private static final MethodHandle PIPE = find("pipe",
			FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

	private static final MethodHandle READ = find("read", FunctionDescriptor.of(ValueLayout.JAVA_LONG,
			ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

	private static final MethodHandle WRITE = find("write", FunctionDescriptor.of(ValueLayout.JAVA_LONG,
			ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

	private static final MethodHandle CLOSE = find("close",
			FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

	private final int in;

	private final int out;

	private final Thread writer;

	private BlockedCall(int in, int out, MemorySegment source) {
		this.in = in;
		this.out = out;
		this.writer = Thread.ofPlatform().daemon().start(() -> call(WRITE, out, source, SIZE));
	}

	/** Starts a call that holds a segment of {@link #SIZE}, and waits until it does. */
	public static BlockedCall holding(MemorySegment source) {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
			call(PIPE, ends);
			BlockedCall blocked = new BlockedCall(ends.getAtIndex(ValueLayout.JAVA_INT, 0),
					ends.getAtIndex(ValueLayout.JAVA_INT, 1), source);
			call(READ, blocked.in, arena.allocate(1), 1L);
			return blocked;
		}
	}

	/** Lets the call return. */
	public void release() {
		try (Arena arena = Arena.ofConfined()) {
			MemorySegment target = arena.allocate(SIZE);
			long left = SIZE - 1;
			while (left > 0) {
				left -= call(READ, this.in, target, left);
			}
		}
		Race.join(this.writer);
		call(CLOSE, this.in);
		call(CLOSE, this.out);
	}

	private static MethodHandle find(String name, FunctionDescriptor descriptor) {
		Linker linker = Linker.nativeLinker();
		SymbolLookup library = linker.defaultLookup();
		return linker.downcallHandle(library.findOrThrow(name), descriptor);
	}

	private static long call(MethodHandle function, Object... arguments) {
		try {
			long result = ((Number) function.invokeWithArguments(arguments)).longValue();
			if (result < 0) {
				throw new IllegalStateException("a call of the C library failed");
			}
			return result;
		}
		catch (Throwable ex) {
			throw new AssertionError(ex);
		}
	}

}
