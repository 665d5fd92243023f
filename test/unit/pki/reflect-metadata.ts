// @peculiar/x509 registers its classes with a container that asks for metadata of decorators; there are none.
Object.assign(Reflect, {getMetadata: () => undefined, getOwnMetadata: () => undefined})
