package io.freehold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Laws that hold for the compiled classes of a module. Each method returns the methods
 * that break its law, each as {@code package.Class.method}, sorted and without
 * repetition.
 */
public final class ClassFileLaws {

	private static final Set<String> MONITOR_CLASSES = Set.of("java/lang/StringBuffer", "java/util/Hashtable",
			"java/util/Properties", "java/util/Stack", "java/util/Vector");

	private static final Set<String> COMPUTING = Set.of("compute", "computeIfAbsent", "computeIfPresent", "merge");

	private static final Set<String> WAITING = Set.of("wait", "notify", "notifyAll");

	private ClassFileLaws() {
	}

	/**
	 * Finds methods that take a monitor: that are {@code synchronized}, or contain the
	 * instruction {@code monitorenter}.
	 * @param classes the directory of the class files
	 * @return the methods
	 */
	public static List<String> monitors(Path classes) {
		return methods(classes, (method) -> method.flags().has(AccessFlag.SYNCHRONIZED)
				|| contains(method, ClassFileLaws::entersMonitor));
	}

	private static boolean entersMonitor(CodeElement element) {
		return element instanceof MonitorInstruction instruction && instruction.opcode() == Opcode.MONITORENTER;
	}

	/**
	 * Finds methods that use a monitor of the JDK which may be held for long: that wait
	 * for a notification, that compute a value within a map, which a
	 * {@code ConcurrentHashMap} does under the monitor of a bin, or that use a
	 * synchronized collection or buffer.
	 * @param classes the directory of the class files
	 * @return the methods
	 */
	public static List<String> hiddenMonitors(Path classes) {
		return methods(classes, (method) -> contains(method, ClassFileLaws::usesMonitor));
	}

	private static boolean usesMonitor(CodeElement element) {
		return switch (element) {
			case NewObjectInstruction created -> MONITOR_CLASSES.contains(created.className().asInternalName());
			case InvokeInstruction call ->
				usesMonitor(call.owner().asInternalName(), call.name().stringValue(), call.type().stringValue());
			default -> false;
		};
	}

	private static boolean usesMonitor(String owner, String name, String type) {
		return switch (owner) {
			case "java/util/Collections" -> name.startsWith("synchronized");
			case "java/util/Map", "java/util/concurrent/ConcurrentMap", "java/util/concurrent/ConcurrentHashMap" ->
				COMPUTING.contains(name);
			default -> WAITING.contains(name) && (type.equals("()V") || type.equals("(J)V") || type.equals("(JI)V"));
		};
	}

	/**
	 * Finds methods that make a lock of the JDK, behind whose sleeping virtual threads
	 * platform threads wait.
	 * @param classes the directory of the class files
	 * @return the methods
	 */
	public static List<String> queuedLocks(Path classes) {
		return methods(classes, (method) -> contains(method, ClassFileLaws::makesQueuedLock));
	}

	private static boolean makesQueuedLock(CodeElement element) {
		return element instanceof NewObjectInstruction created
				&& created.className().asInternalName().startsWith("java/util/concurrent/locks/");
	}

	/**
	 * Finds methods with the instruction {@code invokedynamic}: lambdas, method
	 * references, concatenations of strings, and switches over patterns.
	 * @param classes the directory of the class files
	 * @return the methods
	 */
	public static List<String> dynamicCalls(Path classes) {
		return methods(classes, (method) -> contains(method, InvokeDynamicInstruction.class::isInstance));
	}

	/**
	 * Finds methods that catch errors but not everything: a checked exception that was
	 * not declared gets past what they undo or log.
	 * @param classes the directory of the class files
	 * @return the methods
	 */
	public static List<String> partialHandlers(Path classes) {
		return methods(classes, (method) -> contains(method, ClassFileLaws::catchesErrorsOnly));
	}

	private static boolean catchesErrorsOnly(CodeElement element) {
		return element instanceof ExceptionCatch handler
				&& handler.catchType().filter((type) -> type.asInternalName().equals("java/lang/Error")).isPresent();
	}

	/**
	 * Finds methods whose text depends on the default locale: that format without a
	 * locale, or change the case of a string without one. The digits of many locales are
	 * not ASCII.
	 * @param classes the directory of the class files
	 * @return the methods
	 */
	public static List<String> defaultLocales(Path classes) {
		return methods(classes, (method) -> contains(method, ClassFileLaws::usesDefaultLocale));
	}

	private static boolean usesDefaultLocale(CodeElement element) {
		return element instanceof InvokeInstruction call && usesDefaultLocale(call.owner().asInternalName(),
				call.name().stringValue(), call.type().stringValue());
	}

	private static boolean usesDefaultLocale(String owner, String name, String type) {
		boolean withLocale = type.contains("Ljava/util/Locale;");
		return switch (owner) {
			case "java/lang/String" -> switch (name) {
				case "formatted" -> true;
				case "format", "toLowerCase", "toUpperCase" -> !withLocale;
				default -> false;
			};
			case "java/io/PrintStream", "java/io/PrintWriter", "java/io/Console" ->
				(name.equals("format") || name.equals("printf")) && !withLocale;
			case "java/util/Formatter", "java/text/MessageFormat", "java/text/DecimalFormat" ->
				name.equals("<init>") && !withLocale;
			case "java/text/NumberFormat" -> name.startsWith("get") && name.endsWith("Instance") && !withLocale;
			default -> false;
		} || (owner.equals("java/text/MessageFormat") && name.equals("format")
				&& type.startsWith("(Ljava/lang/String;[Ljava/lang/Object;)"));
	}

	private static boolean contains(MethodModel method, Predicate<CodeElement> wanted) {
		return method.code().stream().flatMap((code) -> code.elementStream()).anyMatch(wanted);
	}

	private static List<String> methods(Path classes, Predicate<MethodModel> wanted) {
		return classFiles(classes).stream()
			.map(ClassFileLaws::parse)
			.flatMap((type) -> type.methods().stream().filter(wanted).map((method) -> name(type, method)))
			.sorted()
			.distinct()
			.toList();
	}

	private static List<Path> classFiles(Path classes) {
		try (Stream<Path> files = Files.walk(classes)) {
			List<Path> found = files.filter((file) -> file.toString().endsWith(".class")).toList();
			if (found.isEmpty()) {
				throw new IllegalArgumentException("there is no class file in " + classes);
			}
			return found;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ClassModel parse(Path file) {
		try {
			return ClassFile.of().parse(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String name(ClassModel type, MethodModel method) {
		return type.thisClass().asInternalName().replace('/', '.') + "." + method.methodName().stringValue();
	}

}
