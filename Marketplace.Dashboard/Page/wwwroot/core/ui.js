import { h } from 'preact';
import htm from 'htm';

export { render } from 'preact';
export { useState, useEffect, useLayoutEffect, useMemo, useRef, useCallback, useId } from 'preact/hooks';
export const html = htm.bind(h);
