package io.freehold.global;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.AllocatorSpec;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * The process-wide allocator.
 *
 * <p>
 * Behind it stands one backend for the whole life of the JVM: the one given to
 * {@link #install}, or {@code system} if memory is first asked for before anything was
 * installed. That first call latches the choice; holding {@link #allocator()} does not.
 * Each class loader that loads this class, such as those of two web applications, has its
 * own choice.
 *
 * <p>
 * That backend may be one that takes from whichever allocator was attached last and is
 * still attached, see {@link #attach}.
 *
 * <p>
 * All methods may be called by any number of threads.
 */
public final class Global {

	private static final AtomicReference<@Nullable GlobalAlloc> BACKEND = new AtomicReference<>();

	/** What is installed when an allocator is attached. */
	private static final SwitchingAlloc SWITCHING = new SwitchingAlloc();

	private static final Consumer<Layout> DEFAULT_HOOK = new DefaultHook();

	private static final AtomicReference<Consumer<Layout>> HOOK = new AtomicReference<>(DEFAULT_HOOK);

	private Global() {
	}

	/**
	 * Installs the backend of this JVM. Possible once, and only before the first use.
	 * @param backend the backend
	 * @throws IllegalStateException if a backend is installed or in use already; the
	 * message names both
	 */
	public static void install(GlobalAlloc backend) {
		GlobalAlloc present = BACKEND.compareAndExchange(null, Objects.requireNonNull(backend));
		if (present != null) {
			throw new IllegalStateException("Global: could not install backend " + backend.name() + " (backend "
					+ present.name() + " is installed or in use already, and can be chosen only once per JVM)");
		}
	}

	/**
	 * Returns the backend that is installed or latched, without latching one.
	 * @return the backend, or empty if there is none yet
	 */
	public static Optional<GlobalAlloc> installed() {
		return Optional.ofNullable(BACKEND.get());
	}

	/**
	 * Has a child of an allocator, named {@code global}, serve as the backend of this JVM
	 * as long as it is attached and no other was attached later. Its budget, and those
	 * above, then bound what is taken.
	 *
	 * <p>
	 * A block stays in the books of the allocator it was taken from until it is freed,
	 * also when that is not attached any more or closed; the child ends with its last
	 * block. To resize a block that was taken from an allocator that is not attached any
	 * more is to take it anew. When no allocator is attached, memory comes from
	 * {@code system}.
	 * @param allocator the allocator, to be closed after it is not attached any more
	 * @param holder whose allocator it is, for {@link #holders()}
	 * @param spec sets up the child
	 * @return what ends it; empty if a backend was installed or is in use already that
	 * has nothing to do with this method
	 * @throws IllegalArgumentException if there is a child of that name, or the
	 * specification is not valid
	 * @throws IllegalStateException if the allocator is closed
	 */
	public static Optional<GlobalAttachment> attach(ManagedAllocator allocator, String holder,
			Consumer<AllocatorSpec> spec) {
		if (!isSwitching(BACKEND.get(), true)) {
			return Optional.empty();
		}
		GlobalAttachment attachment = SWITCHING.attach(allocator, holder, spec);
		if (isSwitching(BACKEND.compareAndExchange(null, SWITCHING), true)) {
			return Optional.of(attachment);
		}
		attachment.close();
		return Optional.empty();
	}

	private static boolean isSwitching(@Nullable GlobalAlloc backend, boolean ifNone) {
		return (backend != null) ? backend == SWITCHING : ifNone;
	}

	/**
	 * Returns who holds what was taken through {@code Global}, as far as allocators have
	 * been attached.
	 * @return the holders, in the order in which they were attached: those that are
	 * attached, and those whose blocks are not all freed
	 */
	public static List<GlobalHolder> holders() {
		return isSwitching(BACKEND.get(), false) ? SWITCHING.holders() : List.of();
	}

	/**
	 * Returns the allocator over the installed backend. All calls return equal values.
	 * Blocks are exactly as long as asked for, never revoked, and must be freed by
	 * whoever holds them.
	 * @return the allocator, which prints as {@code Global}
	 */
	public static Allocator allocator() {
		return GlobalAllocator.INSTANCE;
	}

	/**
	 * Returns an allocator that makes the same calls on another backend, without
	 * installing it. Blocks of the two must not be mixed, even if the backend is the
	 * installed one.
	 * @param backend the backend
	 * @return an allocator that is equal to any other over the same backend
	 */
	public static Allocator over(GlobalAlloc backend) {
		return new BackendAllocator.Over(Objects.requireNonNull(backend));
	}

	/**
	 * Allocates from the installed backend.
	 * @param layout a layout of non-zero size
	 * @return the address, or 0 if the memory was refused
	 * @throws IllegalArgumentException if the size is zero
	 */
	public static long alloc(Layout layout) {
		requireNonZero("layout.size()", layout.size());
		return backend().allocate(layout.size(), layout.alignment());
	}

	/**
	 * Allocates zeroed memory from the installed backend.
	 * @param layout a layout of non-zero size
	 * @return the address, or 0 if the memory was refused
	 * @throws IllegalArgumentException if the size is zero
	 */
	public static long allocZeroed(Layout layout) {
		requireNonZero("layout.size()", layout.size());
		return backend().allocateZeroed(layout.size(), layout.alignment());
	}

	/**
	 * Frees a block of the installed backend.
	 * @param address an address that {@code Global} returned and that was not freed since
	 * @param layout exactly the layout it was last allocated with
	 * @throws IllegalArgumentException if the size is zero
	 */
	public static void dealloc(long address, Layout layout) {
		requireNonZero("layout.size()", layout.size());
		backend().deallocate(address, layout.size(), layout.alignment());
	}

	/**
	 * Changes the size of a block of the installed backend; the alignment stays.
	 * @param address an address that {@code Global} returned and that was not freed since
	 * @param layout exactly the layout it was last allocated with
	 * @param newSize the new size in bytes, positive
	 * @return the new address, or 0 if refused: then the old block is untouched
	 * @throws IllegalArgumentException if a size is zero
	 * @throws io.freehold.LayoutException if the new size does not make a layout
	 */
	public static long realloc(long address, Layout layout, long newSize) {
		requireNonZero("layout.size()", layout.size());
		requireNonZero("newSize", newSize);
		Layout newLayout = Layout.of(newSize, layout.alignment());
		return backend().reallocate(address, layout.size(), layout.alignment(), newLayout.size());
	}

	/**
	 * Reports that a caller cannot go on without the memory it was refused: runs the
	 * hook, and throws. Never returns, but is declared to return an error so that callers
	 * can write {@code throw Global.handleAllocError(layout)}.
	 * @param layout what was asked for
	 * @return nothing
	 * @throws OutOfMemoryError with the message
	 * {@code memory allocation of N bytes failed}, unless the hook threw something else
	 */
	public static Error handleAllocError(Layout layout) {
		HOOK.get().accept(layout);
		// a hook that returns is followed by the default
		DEFAULT_HOOK.accept(layout);
		return new OutOfMemoryError();
	}

	/**
	 * Replaces the hook of {@link #handleAllocError}. It may be called at any time by any
	 * thread, and may throw what the caller is to see; if it returns, the
	 * {@link OutOfMemoryError} follows.
	 * @param hook the new hook
	 */
	public static void setAllocErrorHook(Consumer<Layout> hook) {
		HOOK.set(Objects.requireNonNull(hook));
	}

	/**
	 * Removes the hook of {@link #handleAllocError} and puts the default in its place.
	 * @return the hook that was in force, the default one if none was set
	 */
	public static Consumer<Layout> takeAllocErrorHook() {
		return HOOK.getAndSet(DEFAULT_HOOK);
	}

	/**
	 * Returns the backend, latching {@code system} if none is installed.
	 */
	static GlobalAlloc backend() {
		GlobalAlloc backend = Latched.BACKEND;
		return (backend != null) ? backend : latch();
	}

	private static GlobalAlloc latch() {
		GlobalAlloc present = BACKEND.get();
		if (present != null) {
			return present;
		}
		GlobalAlloc system = Backends.get("system");
		present = BACKEND.compareAndExchange(null, system);
		return (present != null) ? present : system;
	}

	/** Initialized by the first use: from then on the backend is a constant. */
	private static final class Latched {

		/** Null if there was none to be had at that time. */
		static final @Nullable GlobalAlloc BACKEND = tryLatch();

		private static @Nullable GlobalAlloc tryLatch() {
			try {
				return latch();
			}
			catch (Throwable ex) {
				// whoever asks next tries again, and is told
				return null;
			}
		}

	}

	/** What happens unless a hook was set. */
	private static final class DefaultHook implements Consumer<Layout> {

		@Override
		public void accept(Layout layout) {
			throw new OutOfMemoryError("memory allocation of " + layout.size() + " bytes failed");
		}

	}

	private static void requireNonZero(String what, long size) {
		if (size == 0) {
			throw new IllegalArgumentException(what + " must not be zero");
		}
	}

}
