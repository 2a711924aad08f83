package io.freehold.spring.sync;

/**
 * A program of threads that recurse until their stacks end, and lock and unlock at each
 * depth. Prints how many locks are locked in the end.
 */
public final class DeepLocking {

	private static final int THREADS = 100;

	private static final long STACK_SIZE = 256 << 10;

	private DeepLocking() {
	}

	/**
	 * Runs the program.
	 * @param args how often to use a lock before
	 */
	public static void main(String[] args) throws InterruptedException {
		int before = Integer.parseInt(args[0]);
		StackSafeLock warm = new StackSafeLock();
		for (int i = 0; i < before; i++) {
			use(warm);
		}
		int locked = 0;
		for (int i = 0; i < THREADS; i++) {
			StackSafeLock lock = new StackSafeLock();
			// so that the stack does not end at the same place each time
			int offset = i;
			Runnable program = () -> overflow(offset, lock);
			Thread thread = (i % 2 == 0) ? new Thread(null, program, "deep", STACK_SIZE)
					: Thread.ofVirtual().unstarted(program);
			thread.start();
			thread.join();
			locked += lock.isLocked() ? 1 : 0;
		}
		System.out.println(locked + " of " + THREADS + " locked");
	}

	private static void overflow(int offset, StackSafeLock lock) {
		try {
			begin(offset, lock);
		}
		catch (StackOverflowError ex) {
			// as it has to
		}
	}

	private static int begin(int offset, StackSafeLock lock) {
		return ((offset > 0) ? begin(offset - 1, lock) : recurse(0, lock)) + 1;
	}

	@SuppressWarnings("InfiniteRecursion")
	private static int recurse(int depth, StackSafeLock lock) {
		use(lock);
		return recurse(depth + 1, lock) + 1;
	}

	private static void use(StackSafeLock lock) {
		lock.lock();
		lock.unlock();
	}

}
