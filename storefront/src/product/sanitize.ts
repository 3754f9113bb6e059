import DOMPurify from 'dompurify';
import { isSafeImage } from '../shared/images';

const tags = [
  'abbr', 'b', 'blockquote', 'br', 'caption', 'center', 'code', 'col', 'colgroup', 'dd', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure', 'font',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'img', 'li', 'ol', 'p', 'pre', 's', 'small', 'span', 'strike', 'strong', 'sub', 'sup',
  'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul',
]; // no 'a': a stranger's link leads anywhere; its text stays

const attributes = ['alt', 'colspan', 'rowspan', 'scope', 'src'];

const purify = DOMPurify();
purify.addHook('uponSanitizeAttribute', (_, attribute) => {
  if (attribute.attrName === 'src' && !isSafeImage(attribute.attrValue)) {
    attribute.keepAttr = false;
  }
});
purify.addHook('afterSanitizeAttributes', node => {
  if (node.nodeName === 'IMG') {
    if (!node.hasAttribute('src')) {
      node.remove();
      return;
    }
    node.setAttribute('loading', 'lazy');
    node.setAttribute('referrerpolicy', 'no-referrer');
  }
});

/** A stranger's HTML without what could run, look or lead elsewhere: structure, text and images over https are left. */
export const sanitize = (html: string): string =>
  purify.sanitize(html, { ALLOWED_TAGS: tags, ALLOWED_ATTR: attributes, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false });
