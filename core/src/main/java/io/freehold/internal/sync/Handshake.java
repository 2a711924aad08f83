package io.freehold.internal.sync;

/**
 * Lets one thread take over what belongs to another one, at no cost for the other.
 */
public final class Handshake {

	/*
	 * The owner reads a mark and then uses what it owns, with plain accesses and nothing
	 * in between that another thread could wait for. To take it over, a thread first
	 * removes the mark. It must then know that the owner is not still using what it found
	 * the mark on, and will see that it is gone.
	 *
	 * Thread.getStackTrace answers both. The JVM collects the trace while the thread is
	 * at a safepoint, or in native code which it cannot leave meanwhile (JEP 312); this
	 * orders what either has written before. If no method of the code in question is on
	 * the stack, the owner is not using it. If the method on top is native, the owner is
	 * in a call; no compiler moves a read from behind a call to before it, so the mark is
	 * read anew after it returns. A thread that waits, sleeps, or is blocked in I/O is in
	 * a native method. One that runs Java code may have read the mark already, and the
	 * answer for it is no.
	 *
	 * Closing a shared arena asks all threads at once in the same way. This asks one, and
	 * none of the others pauses.
	 */

	private Handshake() {
	}

	/**
	 * Returns whether a thread was outside of a package for certain at some time during
	 * this call, and sees what was written before this call when it next enters it. Takes
	 * some tens of microseconds, and heap in proportion to the depth of its stack.
	 * @param thread a platform thread
	 * @param packageName the package, whose methods wait for nothing but locks
	 * @return false if it was not, or cannot be told; that it was outside if true
	 */
	public static boolean isOutside(Thread thread, String packageName) {
		StackTraceElement[] stack = thread.getStackTrace();
		if (stack.length == 0 || !stack[0].isNativeMethod()) {
			return false;
		}
		for (StackTraceElement frame : stack) {
			String className = frame.getClassName();
			if (className.startsWith(packageName) && className.lastIndexOf('.') == packageName.length()) {
				return false;
			}
		}
		return true;
	}

}
