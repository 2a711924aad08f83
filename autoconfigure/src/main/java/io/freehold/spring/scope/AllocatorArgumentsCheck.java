package io.freehold.spring.scope;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.method.ControllerAdviceBean;
import org.springframework.web.method.HandlerMethod;

/**
 * Looks at the parameters of all handler methods when the application starts, so that one
 * that cannot be resolved stops it then, and not the first request. Methods of
 * controllers and of their advice that handle exceptions, or provide attributes or
 * binders, are looked at too.
 */
public final class AllocatorArgumentsCheck implements SmartInitializingSingleton {

	private final ApplicationContext context;

	private final Supplier<Stream<HandlerMethod>> handlers;

	private final Consumer<MethodParameter> check;

	/**
	 * Creates a check.
	 * @param context has the controllers and their advice
	 * @param handlers gives all handler methods
	 * @param check throws if a parameter cannot be resolved
	 */
	public AllocatorArgumentsCheck(ApplicationContext context, Supplier<Stream<HandlerMethod>> handlers,
			Consumer<MethodParameter> check) {
		this.context = context;
		this.handlers = handlers;
		this.check = check;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Map<Class<?>, Object> beans = new LinkedHashMap<>();
		this.handlers.get().forEach((handler) -> {
			check(handler);
			beans.put(handler.getBeanType(), handler.getBean());
		});
		for (ControllerAdviceBean advice : ControllerAdviceBean.findAnnotatedBeans(this.context)) {
			Class<?> type = advice.getBeanType();
			if (type != null && hasOtherHandlers(type)) {
				beans.put(type, advice.resolveBean());
			}
		}
		beans.forEach((type, bean) -> MethodIntrospector.selectMethods(type, AllocatorArgumentsCheck::isOtherHandler)
			.forEach((method) -> check(handlerMethod(bean, method))));
	}

	private static boolean hasOtherHandlers(Class<?> type) {
		return !MethodIntrospector.selectMethods(type, AllocatorArgumentsCheck::isOtherHandler).isEmpty();
	}

	/** Whether a method is called as handler methods are, but for no request alone. */
	private static boolean isOtherHandler(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		return annotations.isPresent(ExceptionHandler.class) || annotations.isPresent(ModelAttribute.class)
				|| annotations.isPresent(InitBinder.class);
	}

	private HandlerMethod handlerMethod(Object bean, Method method) {
		return (bean instanceof String name) ? new HandlerMethod(name, this.context, method)
				: new HandlerMethod(bean, method);
	}

	private void check(HandlerMethod handler) {
		for (MethodParameter parameter : handler.getMethodParameters()) {
			this.check.accept(parameter);
		}
	}

}
