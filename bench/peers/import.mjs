// Stands in this folder, uncompiled, so that its imports are resolved in bench/peers/node_modules, as a user's would be.
export const importPackage = (specifier) => import(specifier);
