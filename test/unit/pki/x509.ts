import './reflect-metadata.js'

export * from '@peculiar/x509'
