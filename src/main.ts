import './app/compile-cache';
import './app/start';
