package kotlin.coroutines;

/**
 * What the last parameter of a suspending function is, in the place of Kotlin's library.
 *
 * @param <T> what the function returns in the end
 */
@FunctionalInterface
public interface Continuation<T> {

	/**
	 * The function goes on.
	 * @param result a result
	 */
	void resumeWith(Object result);

}
