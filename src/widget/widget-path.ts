import type { RequestHandler } from 'express';

/**
 * Where the widget is, and below which it finds what it calls. It knows this address as its server (`SERVER_URL`), so
 * that whatever is asked for below it is known to come from the widget, which escapes what visitors type.
 */
export const widgetPath = '/livechat';

const alsoBelow = ['/api/', '/avatar/', '/file-upload/'].map((path) => widgetPath + path);

/** Serves the API, avatars and files below the widget's path as if they had been asked for without it. */
export function belowWidgetPath(): RequestHandler {
  return (req, res, next) => {
    if (alsoBelow.some((path) => req.url.startsWith(path))) {
      req.url = req.url.slice(widgetPath.length);
      res.locals.isFromWidget = true;
    }
    next();
  };
}
