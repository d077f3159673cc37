// What draws: a graphics card, or a program that stands in for one.

export function driverName(gl) {
  const extension = gl.getExtension("WEBGL_debug_renderer_info");
  return gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
}

export const isProgram = (gl) => /llvmpipe|softpipe|swiftshader|software|basic render/i.test(driverName(gl));
