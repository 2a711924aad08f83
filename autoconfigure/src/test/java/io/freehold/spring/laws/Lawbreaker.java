package io.freehold.spring.laws;

import java.util.Locale;
import java.util.Map;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * Breaks each law of class files once per method, so that a test can tell that the laws
 * see it.
 */
@SuppressWarnings({ "JdkObsolete", "StringCaseLocaleUsage", "AnnotateFormatMethod", "WaitNotInLoop" })
final class Lawbreaker {

	private final ConcurrentHashMap<String, Integer> counts = new ConcurrentHashMap<>();

	private int count;

	synchronized int synchronizedMethod() {
		return ++this.count;
	}

	static synchronized String synchronizedStaticMethod() {
		return "";
	}

	int synchronizedBlock() {
		synchronized (this.counts) {
			return ++this.count;
		}
	}

	IntSupplier synchronizedBlockInLambda() {
		return () -> {
			synchronized (this.counts) {
				return ++this.count;
			}
		};
	}

	void computesInMap() {
		this.counts.merge("", 1, Integer::sum);
	}

	void computesInDeclaredMap(Map<String, Integer> map) {
		map.computeIfAbsent("", String::length);
	}

	void waits() throws InterruptedException {
		this.counts.wait();
	}

	Vector<String> synchronizedCollection() {
		return new Vector<>();
	}

	String concatenates(int number) {
		return "number " + number;
	}

	void catchesErrorsOnly(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			// what task does is not known
		}
	}

	String formats(int number) {
		return "number %d".formatted(number);
	}

	String formatsByClassMethod(int number) {
		return String.format("number %d", number);
	}

	String lowersCase(String text) {
		return text.toLowerCase();
	}

	String obeys(String text) throws InterruptedException {
		Thread.sleep(0);
		this.counts.put(text, 1);
		return String.format(Locale.ROOT, "%d", this.counts.size()).toLowerCase(Locale.ROOT);
	}

}
